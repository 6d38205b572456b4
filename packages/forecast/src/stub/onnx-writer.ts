/**
 * Writes ONNX graphs (protobuf wire format, opset 17, float32) from a list of nodes: enough for the stub models and for
 * tests that need a graph with a known answer. Field numbers are those of onnx.proto.
 */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly int?: Readonly<Record<string, number>>;
}

export interface GraphConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly floats?: readonly number[] | Float32Array;
  readonly integers?: readonly number[];
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly constants: readonly GraphConstant[];
  readonly nodes: readonly GraphNode[];
}

export const OPSET = 17;
const FLOAT = 1;
const INT64 = 7;

/** A graph as the bytes of an ONNX file (opset 17, float32). Equal graphs give equal bytes. */
export function writeOnnx(graph: Graph): Uint8Array {
  const body = concat([
    ...graph.nodes.map((node) => message(1, writeNode(node))),
    text(2, graph.name),
    ...graph.constants.map((constant) => message(5, writeConstant(constant))),
    ...graph.inputs.map((spec) => message(11, writeValueInfo(spec))),
    ...graph.outputs.map((spec) => message(12, writeValueInfo(spec))),
  ]);
  return concat([
    integer(1, 8),
    text(2, 'aion-stub'),
    message(7, body),
    message(8, concat([text(1, ''), integer(2, OPSET)])),
  ]);
}

function writeNode(node: GraphNode): Uint8Array {
  const attributes = [
    ...Object.entries(node.ints ?? {}).map(([name, values]) =>
      concat([text(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]),
    ),
    ...Object.entries(node.int ?? {}).map(([name, value]) =>
      concat([text(1, name), integer(3, value), integer(20, 2)]),
    ),
  ];
  return concat([
    ...node.inputs.map((name) => text(1, name)),
    text(2, node.output),
    text(3, `make_${node.output}`),
    text(4, node.op),
    ...attributes.map((attribute) => message(5, attribute)),
  ]);
}

function writeConstant(constant: GraphConstant): Uint8Array {
  const dims = constant.shape.map((size) => integer(1, size));
  if (constant.integers !== undefined) {
    const raw = new Uint8Array(BigInt64Array.from(constant.integers, BigInt).buffer);
    return concat([...dims, integer(2, INT64), text(8, constant.name), message(9, raw)]);
  }
  const raw = new Uint8Array(Float32Array.from(constant.floats ?? []).buffer);
  return concat([...dims, integer(2, FLOAT), text(8, constant.name), message(9, raw)]);
}

function writeValueInfo(spec: { name: string; shape: readonly number[] }): Uint8Array {
  const dims = spec.shape.map((size) => message(1, size < 0 ? text(2, 'batch') : integer(1, size)));
  const tensorType = concat([integer(1, FLOAT), message(2, concat(dims))]);
  return concat([text(1, spec.name), message(2, message(1, tensorType))]);
}

function integer(field: number, value: number): Uint8Array {
  return concat([varint(field << 3), varint(value)]);
}

function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value));
}

function message(field: number, body: Uint8Array): Uint8Array {
  return concat([varint((field << 3) | 2), varint(body.length), body]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    out.set(part, place);
    place += part.length;
  }
  return out;
}
