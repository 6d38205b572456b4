import { describe, expect, it } from 'vitest';
import { keepSymbols } from './csv-rows.ts';

const CSV =
  '# Not advice, "really".\r\nsession_date,symbol,name\r\n2026-02-27,ABC,"Abc, ""the"" firm"\r\n2026-02-27,DEF,"two\r\nlines"\r\n';

describe('the export cut to the rows shown', () => {
  it('keeps remarks, header and wanted rows byte for byte', () => {
    expect(keepSymbols(CSV, new Set(['ABC']))).toBe(
      '# Not advice, "really".\r\nsession_date,symbol,name\r\n2026-02-27,ABC,"Abc, ""the"" firm"',
    );
    expect(keepSymbols(CSV, new Set(['DEF']))).toContain('"two\r\nlines"');
  });

  it('refuses a file without symbols instead of ignoring the filters', () => {
    expect(() => keepSymbols('a,b\r\n1,2\r\n', new Set())).toThrow('no symbol column');
  });

  it('keeps a remark whatever it holds', () => {
    expect(keepSymbols('# It’s 5" wide\r\nsymbol\r\nABC\r\nDEF', new Set(['DEF']))).toBe(
      '# It’s 5" wide\r\nsymbol\r\nDEF',
    );
  });
});
