import { DataType, StatusCodes, Variant } from "node-opcua";
import type { FacetDeps } from "../facet-methods.ts";
import type { MethodOutcome, MethodRow } from "../method-table.ts";
import { Structures, structureVariant } from "../structures.ts";
import { idIn } from "./id-in.ts";
import { recipesFitting } from "./recipes.ts";

/** RecipeIdInternalDataType. */
const recipeIdType = { ns: "machineVision", id: 3013 } as const;
/** TriStateBooleanDataType by code; 2 = do not care. */
const triState: readonly (boolean | undefined)[] = [false, true, undefined];

const uint32 = (value: number): Variant => new Variant({ dataType: DataType.UInt32, value });

/** RecipeManagement of OPC 40100-1 §7.5, as far as it has a meaning here. */
export function visionRecipeRows({ addressSpace, station }: FacetDeps): readonly MethodRow[] {
  const { recipes } = station.snapshot.setup;
  let lastHandle = 0;
  /** Nothing is kept for a handle; it only tells one answer from another. */
  const handle = (): number => {
    lastHandle = (lastHandle % 0xffffffff) + 1;
    return lastHandle;
  };

  const GetRecipeListFiltered = ({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }): MethodOutcome => {
    const prepared = Number(inputs["IsPrepared"]);
    if (!(prepared in triState)) {
      const problem = "must be 0 (not prepared), 1 (prepared) or 2 (do not care)";
      return {
        status: StatusCodes.BadInvalidArgument,
        message: `IsPrepared ${problem}`,
        problems: { IsPrepared: { status: StatusCodes.BadOutOfRange, problem } },
      };
    }
    const { page, isComplete } = recipesFitting(recipes, station.state.model?.status === "ready", {
      externalId: idIn(inputs["ExternalId"]),
      productId: idIn(inputs["ProductId"]),
      isPrepared: triState[prepared],
      maxResults: Number(inputs["MaxResults"]),
      startIndex: Number(inputs["StartIndex"]),
    });
    return {
      outputs: [
        new Variant({ dataType: DataType.Boolean, value: isComplete }),
        uint32(page.length),
        uint32(handle()),
        structureVariant(
          addressSpace,
          new Structures(
            recipeIdType,
            page.map((id) => ({ id })),
          ),
        ),
        new Variant({ dataType: DataType.Int32, value: 0 }),
      ],
    };
  };

  return [
    {
      path: "VisionSystem/RecipeManagement",
      name: "GetRecipeListFiltered",
      permission: "read",
      call: GetRecipeListFiltered,
    },
  ];
}
