import { StatusCodes } from "node-opcua";
import { selfTestVariables } from "../../../nodeset/self-test.ts";
import { group } from "../binding.ts";
import { shortText } from "../short-text.ts";

export const selfTestGroup = group("SelfTest", selfTestVariables, {
  on: { selfTest: "changed" },
  at: ({ state }) => state.selfTest?.time ?? state.lastTime,
  values: {
    LastPassed: ({ state }) => state.selfTest?.passed ?? StatusCodes.BadNoData,
    LastTime: ({ state }) => state.selfTest?.time ?? StatusCodes.BadNoData,
    LastDetails: ({ state }) => (state.selfTest ? shortText(state.selfTest.details) : StatusCodes.BadNoData),
  },
});
