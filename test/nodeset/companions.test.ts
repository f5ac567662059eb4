import { companionRows } from "../../nodeset/companions/instance.ts";
import { sitePlace } from "../../nodeset/nodes.ts";

const ids = (rows: ReturnType<typeof companionRows>) => rows.map(({ id }) => id.id);
const path = ["LINE-01", "Alarms", "CameraLost"];

// OPC 10000-3 §6.4.4.4.1: every instance has its type's mandatory members, inherited ones and nested ones too.
test("an instance of a standard's type has its mandatory members, with NodeIds of ours", () => {
  const found = ids(companionRows(sitePlace, path, "ua:OffNormalAlarmType"));
  expect(found).toEqual(
    expect.arrayContaining([
      "LINE-01/Alarms/CameraLost/EventId",
      "LINE-01/Alarms/CameraLost/AckedState/Id",
      "LINE-01/Alarms/CameraLost/Acknowledge/InputArguments",
      "LINE-01/Alarms/CameraLost/NormalState",
    ]),
  );
  expect(found).not.toContain("LINE-01/Alarms/CameraLost/ShelvingState");
  expect(new Set(found).size).toBe(found.length);
});

test("optional members come when they are asked for, with everything mandatory below them", () => {
  const found = ids(companionRows(sitePlace, path, "ua:OffNormalAlarmType", { optional: ["ShelvingState"] }));
  expect(found).toContain("LINE-01/Alarms/CameraLost/ShelvingState/CurrentState/Id");
});

// A typing error in a table would otherwise leave out a node without a word.
test("a name that the type does not have is refused", () => {
  expect(() => companionRows(sitePlace, path, "ua:OffNormalAlarmType", { optional: ["ShelvedState"] })).toThrow(
    /ShelvedState/,
  );
});
