import { InferenceSession, Tensor } from "onnxruntime-node";
import { errorText } from "../../platform/errors.ts";
import type { Picture } from "../picture.ts";
import { sessionOptions } from "./anomaly-model.ts";
import type { Fit } from "./fit-picture.ts";
import { type ImageInput, inputDims, tensorMaker } from "./image-input.ts";
import { ModelError } from "./model-error.ts";

/** What a graph gave for one picture. */
export interface GraphResult {
  readonly values: Float32Array;
  readonly dims: readonly number[];
  /** How the picture went into the graph. */
  readonly fit: Fit;
  /** Bringing the picture into the graph's form and the time inside, ms. */
  readonly inferenceMs: number;
}

/** One picture in, one tensor of floats out. For one thread, which must not be ended while it runs. */
export interface GraphSession extends AsyncDisposable {
  /** @throws Error for a picture with other channels, and for values that are no numbers. */
  run(picture: Picture): Promise<GraphResult>;
}

/** What the card says of the graph's two ends. A size that the card cannot know is "any". */
export interface GraphPorts {
  readonly input: ImageInput;
  readonly output: { readonly name: string; readonly dims: readonly (number | "any")[] };
}

/**
 * Opens a graph and compares its ends with the card, so that a mistake in either is told before any picture comes.
 * @param subject names the package in messages
 * @throws ModelError for a graph that the runtime does not take, or that is another than the card describes.
 */
export async function openGraph(subject: string, graph: Uint8Array, ports: GraphPorts): Promise<GraphSession> {
  const session = await InferenceSession.create(graph, sessionOptions).catch((error: unknown) => {
    throw new ModelError(
      `${subject}: model.onnx cannot be opened: ${errorText(error)}. Restore the file, or export it again with operators that ONNX Runtime knows.`,
      { cause: error },
    );
  });
  const { input, output } = ports;
  const problem =
    portProblem("input", session.inputMetadata, { name: input.name, type: input.type, dims: inputDims(input) }) ??
    (session.inputNames.length > 1
      ? `model.onnx wants ${session.inputNames.length} inputs: ${session.inputNames.join(", ")}; only one picture can be given`
      : undefined) ??
    portProblem("output", session.outputMetadata, { ...output, type: "float32" });
  if (problem !== undefined) {
    await session.release();
    throw new ModelError(`${subject}: ${problem}. Correct the card, or export the graph again.`);
  }
  const tensorOf = tensorMaker(input);
  return {
    async run(picture) {
      const start = performance.now();
      const { type, data, dims, fit } = tensorOf(picture);
      const given =
        type === "uint8" ? new Tensor(type, data as Uint8Array, dims) : new Tensor(type, data as Float32Array, dims);
      const { [output.name]: result } = await session.run({ [input.name]: given }, [output.name]);
      const values = result!.data as Float32Array;
      if (!areNumbers(values))
        throw new Error(`${subject}: "${output.name}" holds values that are no numbers for this picture`);
      return { values, dims: result!.dims, fit, inferenceMs: performance.now() - start };
    },
    async [Symbol.asyncDispose]() {
      await session.release();
    },
  };
}

/** 0 times anything but a number is no number: a sum finds it in a tenth of the time of asking each value. */
function areNumbers(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i]!;
  return sum === 0;
}

/** What one end of a graph must be. */
interface Port {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | "any")[];
}

/** A size that the graph leaves open (a name, or -1) takes any. */
const fits = (wanted: number | "any", has: number | string): boolean =>
  wanted === "any" || typeof has === "string" || has < 0 || wanted === has;

function portProblem(
  which: "input" | "output",
  there: readonly InferenceSession.ValueMetadata[],
  { name, type, dims }: Port,
): string | undefined {
  const found = there.find((port) => port.name === name);
  if (!found) return `the card's ${which} "${name}" is not in model.onnx, which has ${there.map(portText).join(", ")}`;
  // An end without any shape says nothing that could be compared.
  const isFitting =
    found.isTensor &&
    found.type === type &&
    (found.shape.length === 0 ||
      (found.shape.length === dims.length && dims.every((wanted, i) => fits(wanted, found.shape[i]!))));
  return isFitting
    ? undefined
    : `the ${which} of model.onnx is ${portText(found)}, the card says "${name}" (${type} ${dims.join(" × ")})`;
}

const portText = (port: InferenceSession.ValueMetadata): string =>
  port.isTensor ? `"${port.name}" (${port.type} ${port.shape.join(" × ")})` : `"${port.name}" (no tensor)`;
