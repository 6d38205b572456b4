/**
 * Splits a small CSV text into fields, with RFC 4180 quotes. Blank lines are left out; `line` counts from 1.
 *
 * @example csvRows('symbol,name\nTATA,"Tata, Sons"').at(1) // { line: 2, fields: ['TATA', 'Tata, Sons'] }
 */
export function csvRows(text: string): { line: number; fields: string[] }[] {
  const rows: { line: number; fields: string[] }[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let firstLine = 1;
  const endRow = (): void => {
    fields.push(field.trim());
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: firstLine, fields });
    fields = [];
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char === '"' && text[at + 1] === '"') field += text[++at]!;
      else if (char === '"') quoted = false;
      else field += char;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      fields.push(field.trim());
      field = '';
    } else if (char === '\n') {
      endRow();
      firstLine = line + 1;
    } else if (char !== '\r') field += char;
    if (char === '\n') line++;
  }
  endRow();
  return rows;
}
