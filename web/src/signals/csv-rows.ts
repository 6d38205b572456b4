/**
 * Keeps the header, the lines of remarks (from `#`) and the rows whose `symbol` is wanted. Throws when the file has no
 * such column: an export that silently ignores the filters would be worse than none.
 */
export function keepSymbols(csv: string, symbols: ReadonlySet<string>): string {
  let symbolAt: number | null = null;
  const kept: string[] = [];
  for (const record of records(csv)) {
    if (record.fields[0]?.startsWith('#') === true || record.text.trim() === '') {
      kept.push(record.text);
    } else if (symbolAt === null) {
      symbolAt = record.fields.indexOf('symbol');
      if (symbolAt === -1)
        throw new Error('The export has no symbol column, so it cannot be cut to the rows shown here.');
      kept.push(record.text);
    } else if (symbols.has((record.fields[symbolAt] ?? '').replace(/^'/, ''))) {
      kept.push(record.text);
    }
  }
  return kept.join('\r\n');
}

/** Records of RFC 4180: a quoted field may hold commas, quotes (doubled) and line ends. */
function* records(csv: string): Generator<{ text: string; fields: string[] }> {
  let start = 0;
  let fieldStart = 0;
  let quoted = false;
  let fields: string[] = [];
  for (let at = 0; at <= csv.length; at += 1) {
    const char = csv[at];
    const atEnd = at === csv.length;
    if (quoted && !atEnd) {
      // A doubled quote is a quote of the field; a single one ends it.
      if (char === '"' && csv[at + 1] === '"') at += 1;
      else if (char === '"') quoted = false;
      continue;
    }
    // Only a quote at the start of a field quotes it; any other is a character like the rest.
    if (char === '"' && at === fieldStart) {
      quoted = true;
      continue;
    }
    if (char === ',' || char === '\n' || atEnd) {
      fields.push(unquote(csv.slice(fieldStart, at).replace(/\r$/, '')));
      fieldStart = at + 1;
    }
    if (char === '\n' || (atEnd && start < at)) {
      yield { text: csv.slice(start, at).replace(/\r$/, ''), fields };
      fields = [];
      start = at + 1;
    }
  }
}

const unquote = (field: string): string => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
