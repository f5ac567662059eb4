/// <reference lib="esnext.float16" />
import onnxProto from "onnx-proto";

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

type Attribute = number | string | readonly number[];

/** An ONNX graph under construction, and the handful of ways in which this program adds to one. Tensors are named by strings. */
export interface OnnxGraph {
  /** Adds an operator with one output and returns that output's name. Whole numbers become INT attributes, see `float`. */
  add(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute | FloatAttribute>>): string;
  /** The same for an operator with several outputs. */
  addMany(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: Readonly<Record<string, Attribute>>,
  ): string[];
  floats(values: Float32Array | readonly number[], dims: readonly number[]): string;
  /** Stored as IEEE half precision (half the bytes, 11 bits of mantissa) and widened when the session is created. */
  halves(values: Float32Array, dims: readonly number[]): string;
  ints(values: readonly number[]): string;
  /** The model file. `rename` gives tensors their public names. */
  encode(inputs: readonly PortSpec[], outputs: readonly (PortSpec & { readonly from: string })[]): Uint8Array;
}

/** A number that must be stored as FLOAT although it may be whole. */
export interface FloatAttribute {
  readonly float: number;
}
export interface PortSpec {
  readonly name: string;
  readonly type: "uint8" | "float";
  /** A text is a dimension that is known only at run time. */
  readonly dims: readonly (number | string)[];
}

const elementTypes = { uint8: DataType.UINT8, float: DataType.FLOAT } as const;
/** Opset 18 brought antialiasing to Resize. */
const opset = 18;
const irVersion = 8;

/** Starts an empty graph. `name` is stored in the file. */
export function onnxGraph(name: string): OnnxGraph {
  const nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  const initializers: InstanceType<typeof onnx.TensorProto>[] = [];
  let count = 0;
  const fresh = (what: string): string => `${what}_${count++}`;

  function addMany(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, Attribute | FloatAttribute>> = {},
  ): string[] {
    const names = Array.from({ length: outputs }, () => fresh(op));
    nodes.push(
      onnx.NodeProto.create({
        opType: op,
        name: names[0]!,
        input: [...inputs],
        output: names,
        attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
      }),
    );
    return names;
  }
  function constant(type: number, dims: readonly number[], bytes: Uint8Array): string {
    const constantName = fresh("constant");
    initializers.push(onnx.TensorProto.create({ name: constantName, dataType: type, dims: [...dims], rawData: bytes }));
    return constantName;
  }
  const floats = (values: Float32Array | readonly number[], dims: readonly number[]): string =>
    constant(DataType.FLOAT, dims, bytesOf(Float32Array.from(values)));

  return {
    add: (op, inputs, attributes) => addMany(op, inputs, 1, attributes)[0]!,
    addMany,
    floats,
    halves(values, dims) {
      const half = constant(DataType.FLOAT16, dims, bytesOf(Float16Array.from(values)));
      return addMany("Cast", [half], 1, { to: DataType.FLOAT })[0]!;
    },
    ints: (values) => constant(DataType.INT64, [values.length], bytesOf(BigInt64Array.from(values, BigInt))),
    encode(inputs, outputs) {
      for (const { from, name: to } of outputs)
        nodes.push(onnx.NodeProto.create({ opType: "Identity", name: to, input: [from], output: [to] }));
      const model = onnx.ModelProto.create({
        irVersion,
        producerName: "tallyline",
        opsetImport: [{ domain: "", version: opset }],
        graph: {
          name,
          node: nodes,
          initializer: initializers,
          input: inputs.map(portOf),
          output: outputs.map(portOf),
        },
      });
      return onnx.ModelProto.encode(model).finish();
    },
  };
}

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function attributeOf(name: string, value: Attribute | FloatAttribute): InstanceType<typeof onnx.AttributeProto> {
  if (typeof value === "number") return onnx.AttributeProto.create({ name, type: AttributeType.INT, i: value });
  if (typeof value === "string")
    return onnx.AttributeProto.create({ name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  if ("float" in value) return onnx.AttributeProto.create({ name, type: AttributeType.FLOAT, f: value.float });
  return onnx.AttributeProto.create({ name, type: AttributeType.INTS, ints: [...value] });
}

const portOf = ({ name, type, dims }: PortSpec): InstanceType<typeof onnx.ValueInfoProto> =>
  onnx.ValueInfoProto.create({
    name,
    type: {
      tensorType: {
        elemType: elementTypes[type],
        shape: { dim: dims.map((d) => (typeof d === "number" ? { dimValue: d } : { dimParam: d })) },
      },
    },
  });
