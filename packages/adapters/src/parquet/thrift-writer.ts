// The part of Thrift's compact protocol that page headers and footers of Parquet are written in.

/** A value with its type on the wire. */
export type Thrift =
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'i32' | 'i64'; readonly v: number }
  | { readonly t: 'bytes'; readonly v: Uint8Array }
  | { readonly t: 'list'; readonly of: 'i32' | 'bytes' | 'struct'; readonly v: readonly Thrift[] }
  | { readonly t: 'struct'; readonly v: readonly (readonly [field: number, value: Thrift])[] };

const WIRE = { i32: 5, i64: 6, bytes: 8, list: 9, struct: 12 } as const;

export const i32 = (v: number): Thrift => ({ t: 'i32', v });
export const i64 = (v: number): Thrift => ({ t: 'i64', v });
export const bool = (v: boolean): Thrift => ({ t: 'bool', v });
export const bytes = (v: Uint8Array): Thrift => ({ t: 'bytes', v });
export const text = (v: string): Thrift => bytes(new TextEncoder().encode(v));
export const list = (of: 'i32' | 'bytes' | 'struct', v: readonly Thrift[]): Thrift => ({ t: 'list', of, v });
/** Fields in ascending order; those that are undefined are left out. */
export const struct = (fields: readonly (readonly [number, Thrift | undefined])[]): Thrift => ({
  t: 'struct',
  v: fields.filter((field): field is readonly [number, Thrift] => field[1] !== undefined),
});

export function writeThrift(value: Thrift): Uint8Array {
  const out: number[] = [];
  write(value, out);
  return Uint8Array.from(out);
}

function write(value: Thrift, out: number[]): void {
  switch (value.t) {
    case 'bool':
      return; // its value is its type
    case 'i32':
    case 'i64':
      varint(value.v >= 0 ? value.v * 2 : -value.v * 2 - 1, out);
      return;
    case 'bytes':
      varint(value.v.length, out);
      for (const byte of value.v) out.push(byte);
      return;
    case 'list':
      if (value.v.length < 15) out.push((value.v.length << 4) | WIRE[value.of]);
      else {
        out.push(0xf0 | WIRE[value.of]);
        varint(value.v.length, out);
      }
      for (const entry of value.v) write(entry, out);
      return;
    case 'struct': {
      let last = 0;
      for (const [field, entry] of value.v) {
        const type = entry.t === 'bool' ? (entry.v ? 1 : 2) : WIRE[entry.t];
        // Field numbers of Parquet never lie more than 15 apart.
        out.push(((field - last) << 4) | type);
        last = field;
        write(entry, out);
      }
      out.push(0);
    }
  }
}

function varint(value: number, out: number[]): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}
