import { calibrate } from "../../../src/vision/calibrate/calibrate.ts";
import { type BoardView, drawBoard, straightOn } from "../../support/chessboard.ts";

const board = { columns: 9, rows: 6, squareMm: 10 };
const size = { width: 420, height: 310 };
const middle = { x: 208.3, y: 156.8 };
const view = (toBoard: BoardView["toBoard"], over: Partial<BoardView> = {}) =>
  drawBoard({ ...board, ...size, toBoard, ...over });

// A scale that is off by 0.1 % moves a label 50 mm from the middle by 0.05 mm: half of what measuring is allowed.
test.each([
  [0.32, 0, 2],
  [0.27, 3.7, 2],
  [0.4, -17, 6],
  [0.6, 44, 4],
  [0.31, 1.2, 12],
])(
  "a board at %p mm per px, turned by %p°, with noise of %p levels: the scale is right within 0.1 %%",
  (mm, turn, noise) => {
    const found = calibrate(view(straightOn(mm, turn, middle), { noise }), board);
    expect(Math.abs(found.mmPerPx / mm - 1)).toBeLessThan(0.001);
    expect(found.turnDeg).toBeCloseTo(turn, 0);
    expect(found.corners).toBe(54);
    expect(found.residualPx).toBeLessThan(0.15);
  },
);

test("a board that stands on end is the same board", () => {
  const found = calibrate(view(straightOn(0.4, 90, middle)), board);
  expect(Math.abs(found.mmPerPx / 0.4 - 1)).toBeLessThan(0.001);
});

test("a tilted board is refused: it has another scale on each side", () => {
  const flat = straightOn(0.32, 2, middle);
  const tilted: BoardView["toBoard"] = (p) => {
    const { x, y } = flat(p);
    // 10° about the vertical axis, seen from 400 mm.
    const depth = 1 - (x / 400) * Math.tan((10 * Math.PI) / 180);
    return { x: x / Math.cos((10 * Math.PI) / 180) / depth, y: y / depth };
  };
  expect(() => calibrate(view(tilted), board)).toThrow(/px\) off a plane.*Lay the board flat/);
});

test("a lens that bends straight lines is refused, in words that say so", () => {
  const flat = straightOn(0.32, 2, middle);
  const barrel: BoardView["toBoard"] = ({ x, y }) => {
    const [dx, dy] = [x - 210, y - 155];
    const bend = 1 + 0.04 * ((dx * dx + dy * dy) / (210 * 210));
    return flat({ x: 210 + dx * bend, y: 155 + dy * bend });
  };
  expect(() => calibrate(view(barrel), board)).toThrow(/the lens distorts/);
});

test.each([
  ["no board", view(() => ({ x: 1e6, y: 0 })), /No chessboard is to be seen.*inner corners/],
  ["a board of another size", view(straightOn(0.32, 2, middle), { columns: 7 }), /42 corners in 7 × 6.*not 9 × 6/],
  ["half a board", view(straightOn(0.32, 2, { x: 40, y: 250 })), /not 9 × 6.*show the whole board/],
])("%s is refused with what was seen and what to do", (_, picture, message) => {
  expect(() => calibrate(picture, board)).toThrow(message);
});
