export type Packed = string | number | Date | readonly Packed[] | { readonly [key: string]: Packed };

/** As much of MessagePack as a stream's test needs: strings, numbers, times, lists and maps. */
export function pack(value: Packed): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([0xd9, bytes.length]), bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (value instanceof Date) {
    // Timestamp 96: nanoseconds, then seconds.
    const bytes = Buffer.alloc(15);
    bytes.set([0xc7, 12, 0xff]);
    bytes.writeUInt32BE((value.getTime() % 1000) * 1e6, 3);
    bytes.writeBigInt64BE(BigInt(Math.floor(value.getTime() / 1000)), 7);
    return bytes;
  }
  if (Array.isArray(value))
    return Buffer.concat([Buffer.from([0x90 | value.length]), ...value.map((one: Packed) => pack(one))]);
  const entries = Object.entries(value);
  return Buffer.concat([
    Buffer.from([0x80 | entries.length]),
    ...entries.flatMap(([key, one]) => [pack(key), pack(one)]),
  ]);
}
