import type { Grey } from "../../src/vision/grey.ts";
import type { Point } from "../../src/vision/placement.ts";

/** How a camera sees a board. */
export interface BoardView {
  /** Inner corners. */
  readonly columns: number;
  readonly rows: number;
  readonly squareMm: number;
  readonly width: number;
  readonly height: number;
  /** Picture px → mm on the board, the middle of the board at 0, 0. */
  readonly toBoard: (point: Point) => Point;
  /** Standard deviation, levels. */
  readonly noise?: number;
}

/** Each px is the mean of so many squared points: what a sensor does. */
const fine = 3;

/** Draws a board with a white rim on a grey table, seen through any lens that `toBoard` describes. */
export function drawBoard({ columns, rows, squareMm, width, height, toBoard, noise = 2 }: BoardView): Grey {
  const data = new Uint8ClampedArray(width * height);
  const [across, down] = [columns + 1, rows + 1];
  let state = 12_345;
  const even = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < fine; j++)
        for (let i = 0; i < fine; i++) {
          const mm = toBoard({ x: x + (i + 0.5) / fine, y: y + (j + 0.5) / fine });
          const [u, v] = [mm.x / squareMm + across / 2, mm.y / squareMm + down / 2];
          const isOnBoard = u >= 0 && v >= 0 && u < across && v < down;
          const isOnPaper = u >= -1 && v >= -1 && u < across + 1 && v < down + 1;
          sum += isOnBoard ? ((Math.floor(u) + Math.floor(v)) % 2 === 0 ? 30 : 215) : isOnPaper ? 215 : 120;
        }
      data[y * width + x] = sum / (fine * fine) + noise * Math.sqrt(12 / 4) * (even() + even() + even() + even() - 2);
    }
  return { data: new Uint8Array(data.buffer), width, height };
}

/** Straight on: one scale, turned about a middle that is no whole px. */
export function straightOn(mmPerPx: number, turnDeg: number, middle: Point): BoardView["toBoard"] {
  const turn = (turnDeg * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn) * mmPerPx, Math.sin(turn) * mmPerPx];
  return ({ x, y }) => ({
    x: cos * (x - middle.x) + sin * (y - middle.y),
    y: cos * (y - middle.y) - sin * (x - middle.x),
  });
}
