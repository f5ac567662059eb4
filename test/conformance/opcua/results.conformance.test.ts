import {
  AttributeIds,
  type CallMethodResult,
  ContentFilter,
  DataType,
  ElementOperand,
  FilterOperator,
  LiteralOperand,
  RelativePath,
  resolveNodeId,
  SimpleAttributeOperand,
  StatusCodes,
  Variant,
  VariantArrayType,
  type VariantOptions,
} from "node-opcua";
import type { UnitRecord } from "../../../src/domain/unit-record.ts";
import { resultErrors } from "../../../src/opcua/results/result-error.ts";
import { conformance } from "./support.ts";

const station = "ns=3;s=LINE-01";
const management = `${station}/ResultManagement`;
const resultReady = "ns=7;i=1002";
const resultDataType = "ns=7;i=3008";

const text = (value: string): VariantOptions => ({ dataType: DataType.String, value });
const int32 = (value: number): VariantOptions => ({ dataType: DataType.Int32, value });
const uint32 = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });

/** Browse names with their namespace, e.g. `7:Result`. */
const names = (path: string) =>
  path.split("/").map((part) => {
    const [, ns = "0", name] = /^(?:(\d+):)?(.+)$/.exec(part)!;
    return { namespaceIndex: Number(ns), name: name! };
  });
const field = (path: string, type = resultReady) =>
  new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId(type),
    browsePath: names(path),
    attributeId: AttributeIds.Value,
  });
const literal = (dataType: DataType, value: unknown) => new LiteralOperand({ value: new Variant({ dataType, value }) });
type Element = readonly [operator: FilterOperator, ...operands: object[]];
const filter = (...elements: readonly Element[]) =>
  new ContentFilter({
    elements: elements.map(([filterOperator, ...filterOperands]) => ({ filterOperator, filterOperands }) as never),
  });
const order = (path: string) => new RelativePath({ elements: names(path).map((targetName) => ({ targetName })) });

const consumers = [{ id: "MES-1", user: "anonymous", from: "oldest" }] as const;

conformance(
  "results of OPC 40001-101",
  (the) => {
    const units = (): readonly UnitRecord[] =>
      the().subject.entries.flatMap((entry) => (entry.kind === "unit" ? [entry.body] : []));
    let prefix: string;
    const idOf = ({ sequence }: { readonly sequence: number }) => `${prefix}${sequence}`;

    const newestFirst = (of: readonly UnitRecord[]): readonly string[] => of.map(idOf).reverse();

    const call = async (method: string, inputs: readonly VariantOptions[]): Promise<CallMethodResult> =>
      the().session.call({
        objectId: management,
        methodId: `${management}/${method}`,
        inputArguments: inputs.map((input) => new Variant(input)),
      });
    const values = ({ outputArguments }: CallMethodResult): unknown[] =>
      (outputArguments ?? []).map(({ value }) => value);
    const list = (contentFilter: ContentFilter | null, orderedBy: readonly RelativePath[] = [], max = 0) =>
      call("GetResultIdListFiltered", [
        { dataType: DataType.ExtensionObject, value: contentFilter },
        { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: [...orderedBy] },
        uint32(max),
        int32(0),
      ]);
    const idsOf = (result: CallMethodResult): readonly string[] => {
      expect(result.statusCode).toEqual(StatusCodes.Good);
      const [, ids, error] = values(result);
      expect(error).toBe(0);
      return (ids ?? []) as string[];
    };
    beforeAll(async () => {
      const { value } = await the().session.read({ nodeId: `${station}/Ledger/LedgerId` });
      prefix = `${value.value}:LINE-01:`;
      await call("GetLatestResult", [int32(0)]); // the client learns the structures, which takes seconds
    }, 30_000);

    // OPC 40001-101 §7.1.1, OPC 10000-3 §7.17: the AddIn is found by its browse name, and is in the chain of notifiers.
    test("ResultManagement is an AddIn of the station and its notifier", async () => {
      const { references } = await the().session.browse({
        nodeId: station,
        browseDirection: 0,
        referenceTypeId: "i=48",
        includeSubtypes: true,
        nodeClassMask: 0,
        resultMask: 63,
      });
      expect(references!.map(({ nodeId }) => nodeId.toString())).toContain(management);
      const [found] = await the().session.translateBrowsePath([
        {
          startingNode: station,
          relativePath: {
            elements: [
              {
                referenceTypeId: "i=17604",
                isInverse: false,
                includeSubtypes: true,
                targetName: { namespaceIndex: 7, name: "ResultManagement" },
              },
            ],
          },
        } as never,
      ]);
      expect(found!.targets![0]!.targetId.toString()).toBe(management);
    });

    // §7.1.2 and §10.6: each result has the metadata that its record says.
    test("GetResultById returns the metadata of the unit", async () => {
      const failed = units().find(({ verdict }) => verdict.kind === "fail")!;
      const [, result, error] = values(await call("GetResultById", [text(idOf(failed)), int32(0)]));
      expect(error).toBe(0);
      expect((result as { resultMetaData: object }).resultMetaData).toMatchObject({
        resultId: idOf(failed),
        resultEvaluation: 2,
        resultState: 1,
        stepId: "LINE-01",
        creationTime: new Date(failed.decidedAt),
        isSimulated: true,
      });
    });

    describe("GetResultIdListFiltered (§7.1.3)", () => {
      // "No ordering is executed": ours then is the one in which a search that is cut off found most of what counts.
      test("without a filter it lists every result, the newest first", async () => {
        expect(idsOf(await list(null))).toEqual(newestFirst(units()));
      });

      test("MaxResults cuts the list", async () => {
        expect(idsOf(await list(null, [], 3))).toEqual(newestFirst(units()).slice(0, 3));
      });

      const evaluation = "7:Result/7:ResultMetaData/7:ResultEvaluation";
      // "Valid BrowsePaths … ResultReadyEventType, the ResultType VariableType or the ResultDataType".
      test.each([
        ["the event", () => field(evaluation)],
        ["the structure", () => field("7:ResultMetaData/7:ResultEvaluation", resultDataType)],
        ["our own event type", () => field("2:Verdict", "i=2041")],
      ])("a filter names fields of %s", async (_, operand) => {
        const failed = units().filter(({ verdict }) => verdict.kind === "fail");
        const found = await list(filter([FilterOperator.Equals, operand(), literal(DataType.Int32, 2)]));
        expect(idsOf(found)).toEqual(newestFirst(failed));
      });

      test("conditions are joined: a lot, and a time of creation", async () => {
        const ofLot = units().filter(({ context }) => context.lot === "L-A");
        const middle = ofLot[Math.floor(ofLot.length / 2)]!;
        const found = await list(
          filter(
            [FilterOperator.And, new ElementOperand({ index: 1 }), new ElementOperand({ index: 2 })],
            [FilterOperator.Equals, field("2:Lot", "i=2041"), literal(DataType.String, "L-A")],
            [
              FilterOperator.LessThan,
              field("7:Result/7:ResultMetaData/7:CreationTime"),
              literal(DataType.DateTime, new Date(middle.decidedAt)),
            ],
          ),
        );
        expect(idsOf(found)).toEqual(newestFirst(ofLot.filter((u) => u.decidedAt < middle.decidedAt)));
      });

      test("OrderedBy sorts, the first criterion first; MaxResults cuts after it", async () => {
        const code = { pass: 1, fail: 2, invalid: 3, notInspected: 0 };
        const sorted = units().toSorted(
          (a, b) => code[a.verdict.kind] - code[b.verdict.kind] || a.decidedAt - b.decidedAt || b.sequence - a.sequence,
        );
        const criteria = [
          order("7:Result/7:ResultMetaData/7:ResultEvaluation"),
          order("7:ResultMetaData/7:CreationTime"),
        ];
        expect(idsOf(await list(null, criteria, 40))).toEqual(sorted.slice(0, 40).map(idOf));
      });

      // OPC 10000-4 §7.7.2 and §5.12.2: the argument that is wrong gets the code; the other is judged all the same.
      test.each([
        [
          "an operator that is not supported",
          () => filter([FilterOperator.InView, literal(DataType.NodeId, resolveNodeId("i=85"))]),
          StatusCodes.BadFilterOperatorUnsupported,
        ],
        [
          "too few operands",
          () => filter([FilterOperator.Equals, field(evaluation)]),
          StatusCodes.BadFilterOperandCountMismatch,
        ],
        [
          "a field that no result has",
          () => filter([FilterOperator.IsNull, field("7:Result/7:Colour")]),
          StatusCodes.BadFilterOperandInvalid,
        ],
        [
          "an element that refers to itself",
          () => filter([FilterOperator.Not, new ElementOperand({ index: 0 })]),
          StatusCodes.BadFilterElementInvalid,
        ],
      ])("%s: BadInvalidArgument, and the code for Filter", async (_, wrong, status) => {
        const result = await list(wrong(), [order("7:Colour")]);
        expect(result.statusCode).toEqual(StatusCodes.BadInvalidArgument);
        expect(result.inputArgumentResults).toEqual([
          status,
          StatusCodes.BadNoMatch,
          StatusCodes.Good,
          StatusCodes.Good,
        ]);
      });

      test("a structure that is no ContentFilter: BadTypeMismatch", async () => {
        const result = await call("GetResultIdListFiltered", [
          { dataType: DataType.ExtensionObject, value: order("2:Lot") },
          { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: [] },
          uint32(0),
          int32(0),
        ]);
        expect(result.statusCode).toEqual(StatusCodes.BadInvalidArgument);
        expect(result.inputArgumentResults![0]).toEqual(StatusCodes.BadTypeMismatch);
      });
    });

    describe("AcknowledgeResults (§7.1.6)", () => {
      const acknowledge = (ids: readonly string[]) =>
        call("AcknowledgeResults", [{ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [...ids] }]);

      test("becomes one command with the ranges that it names, by this user and application", async () => {
        const { subject } = the();
        subject.commands.length = 0;
        subject.answer = { outcome: "acknowledged", cursor: 3 };
        const result = await acknowledge([1, 3, 2, 7].map((sequence) => idOf({ sequence })));
        expect(values(result).at(-1)).toBe(0);
        expect(subject.commands).toMatchObject([
          {
            kind: "acknowledgeResults",
            consumer: "MES-1",
            by: expect.stringMatching(/^anonymous@urn:/),
            ranges: [
              [1, 3],
              [7, 7],
            ],
          },
        ]);
      });

      test("no id is nothing to do", async () => {
        the().subject.commands.length = 0;
        expect(values(await acknowledge([])).at(-1)).toBe(0);
        expect(the().subject.commands).toEqual([]);
      });

      test.each([
        ["storage", StatusCodes.BadResourceUnavailable],
        ["wrongState", StatusCodes.BadInvalidState],
      ] as const)("refused by the core (%s): the call says so", async (code, status) => {
        the().subject.answer = { outcome: "refused", code, message: "make room on the disk", problems: [] };
        expect((await acknowledge([idOf({ sequence: 1 })])).statusCode).toEqual(status);
      });

      test("too many gaps: an Error for each id that could have been taken", async () => {
        the().subject.answer = { outcome: "refused", code: "tooManyGaps", message: "", problems: [] };
        const [errors, error] = values(await acknowledge([idOf({ sequence: 5 }), "?"])) as [Int32Array, number];
        expect(Array.from(errors)).toEqual([resultErrors.tooManyGaps, resultErrors.unknownId]);
        expect(error).toBe(resultErrors.tooManyGaps);
      });
    });

    // OPC 10000-4 §5.12.2: a method of the type, called on the instance.
    test("clients may name the method by its type's NodeId", async () => {
      const result = await the().session.call({
        objectId: management,
        methodId: "ns=7;i=7008",
        inputArguments: [new Variant(int32(0))],
      });
      expect(result.statusCode).toEqual(StatusCodes.Good);
    });
  },
  { consumers },
);
