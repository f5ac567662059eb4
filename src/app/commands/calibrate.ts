import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";

interface CalibrateFlags {
  readonly image: string;
  readonly columns: number;
  readonly rows: number;
  readonly squareMm: number;
  readonly out?: string;
}

const count = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 3 && value <= 100) return value;
  throw new InvalidArgumentError("Give a whole number, 3 to 100.");
};
const size = (text: string): number => {
  const value = Number(text);
  if (value > 0 && value <= 1_000) return value;
  throw new InvalidArgumentError("Give mm, above 0, e.g. 10.");
};

export const calibrateCommand = (): Command =>
  new Command("calibrate")
    .description("tell a camera's scale from a picture of a printed chessboard, for a recipe's mmPerPx")
    .requiredOption("--image <file>", "picture of the board, lying where the units' surface will be")
    .requiredOption("--columns <n>", "inner corners along one side: one less than the fields", count)
    .requiredOption("--rows <n>", "inner corners along the other side", count)
    .requiredOption("--square-mm <mm>", "edge of one field, measured on the print", size)
    .option("--out <file>", "also write the result as JSON, for the records")
    .action(async ({ image, columns, rows, squareMm, out }: CalibrateFlags) => {
      const [{ calibrate }, { readPicture }, { toGrey }] = await Promise.all([
        import("../../vision/calibrate/calibrate.ts"),
        import("../../vision/model/read-picture.ts"),
        import("../../vision/grey.ts"),
      ]);
      const picture = await readPicture(image, 1);
      const found = calibrate(toGrey(picture), { columns, rows, squareMm });
      const mmPerPx = Number(found.mmPerPx.toPrecision(6));
      console.log(
        `${mmPerPx} mm per px; board turned by ${found.turnDeg.toFixed(2)}°; ${found.corners} corners lie within ${found.residualPx.toFixed(3)} px (root mean square; at worst ${found.worstPx.toFixed(3)} px)`,
      );
      if (out !== undefined) {
        const { width, height } = picture;
        const record = {
          ...found,
          mmPerPx,
          board: { columns, rows, squareMm },
          picture: { file: path.basename(image), width, height },
        };
        await writeFile(out, `${JSON.stringify(record, undefined, 2)}\n`);
        console.log(`written to ${out}`);
      }
      console.log(
        `write "mmPerPx: ${mmPerPx}" into the camera's part of the recipe; it holds for surfaces as far from the camera as the board was, and for pictures of ${picture.width} × ${picture.height} px`,
      );
    });
