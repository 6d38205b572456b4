/** The cells of a CSV file by RFC 4180. Throws where a quote stands or is missing where none may. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, at]: [string[], number] = [[], 0];
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('a quoted cell does not end');
        if (text[at] !== '"') value += text[at];
        else if (text[at + 1] === '"') value += text[at++];
        else break;
      }
      at++;
    } else {
      while (at < text.length && !/[,\r\n]/.test(text[at]!)) value += text[at++];
      if (value.includes('"')) throw new Error(`a quote in the bare cell ${value}`);
    }
    row.push(value);
    if (text[at] === ',') at++;
    else if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`expected a comma or the end of the line at ${at}, found ${JSON.stringify(text[at])}`);
  }
  return rows;
}
