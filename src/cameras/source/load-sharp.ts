/**
 * sharp, loaded on first use (a plug-in's top level stays cheap), without its cache and with one thread per picture: a
 * replay never decodes the same file twice in a row, and the station's other core belongs to inference.
 */
export async function loadSharp() {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}
