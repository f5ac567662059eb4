/** StationId, CameraId and defect classes: they become NodeIds, file names and MES codes, so they stay plain for ten years. */
export const idPattern = /^[A-Z0-9_-]{1,32}$/;

/** One sentence for a person who typed an id that does not fit. */
export const idRule = "use A-Z, 0-9, '-' and '_', at most 32 characters, e.g. LINE-01";

export const isId = (text: string): boolean => idPattern.test(text);
