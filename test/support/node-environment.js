import { TestEnvironment } from "jest-environment-node";

const hostTypes = [
  "ArrayBuffer",
  "SharedArrayBuffer",
  "DataView",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int8Array",
  "Uint16Array",
  "Int16Array",
  "Uint32Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
];

/** onnxruntime-node answers with the host realm's typed arrays and refuses any other, so tests must use those. */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const type of hostTypes) this.global[type] = globalThis[type];
  }
}
