/** rad → °. */
export const degrees = (rad: number): number => (rad * 180) / Math.PI;
