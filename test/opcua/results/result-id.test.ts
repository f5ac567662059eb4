import { resultErrors } from "../../../src/opcua/results/result-error.ts";
import { sequenceOf } from "../../../src/opcua/results/result-id.ts";

const here = { ledgerId: "urn:ledger:7", station: "LINE-01" };

test("an id that was given out here names its unit, also when the ledger's name has colons", () => {
  expect(sequenceOf("urn:ledger:7:LINE-01:4000000000", here)).toEqual({ sequence: 4_000_000_000 });
});

// Each kind of wrong id has another remedy, so each has another error.
test.each([
  ["", resultErrors.unknownId],
  ["urn:ledger:7:LINE-01:", resultErrors.unknownId],
  ["urn:ledger:7:LINE-01:0", resultErrors.unknownId],
  ["urn:ledger:7:LINE-01:1e3", resultErrors.unknownId],
  ["urn:ledger:7:LINE-01:007", resultErrors.unknownId],
  ["urn:ledger:8:LINE-01:7", resultErrors.otherLedger],
  ["urn:ledger:7:LINE-02:7", resultErrors.otherStation],
])("%p is refused with %p", (id, error) => {
  expect(sequenceOf(id, here)).toEqual({ error });
});
