/** A struct of Thrift's compact protocol: values by field number. Lists and maps are not needed in page headers. */
export type ThriftStruct = ReadonlyMap<number, number | boolean | ThriftStruct>;

const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const STRUCT = 12;

/** Reads one struct at an offset; gives it and the offset behind it. Throws for anything that a page header does not have. */
export function readThriftStruct(bytes: Uint8Array, offset: number): { struct: ThriftStruct; end: number } {
  const struct = new Map<number, number | boolean | ThriftStruct>();
  let at = offset;
  let field = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new RangeError('a page header is cut off');
    return value;
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const next = byte();
      value += (next & 127) * shift;
      if (next < 128) return value;
      if (shift > 2 ** 42) throw new RangeError('a number of a page header is too long');
    }
  };
  const zigzag = (): number => {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  for (;;) {
    const head = byte();
    const type = head & 15;
    if (type === STOP) return { struct, end: at };
    field = head >> 4 === 0 ? zigzag() : field + (head >> 4);
    if (type === TRUE || type === FALSE) struct.set(field, type === TRUE);
    else if (type === BYTE) struct.set(field, byte());
    else if (type === I16 || type === I32 || type === I64) struct.set(field, zigzag());
    else if (type === BINARY) at += varint();
    else if (type === STRUCT) {
      const inner = readThriftStruct(bytes, at);
      struct.set(field, inner.struct);
      at = inner.end;
    } else throw new RangeError(`a page header has a field of type ${type}`);
  }
}
