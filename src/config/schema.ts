import { z } from "zod";
import { type AlarmName, type AlarmRow, alarmNames, alarmTable, tunableNumbers } from "../domain/alarm.ts";
import { type Consumer, overlap } from "../domain/consumer.ts";
import { contextOwners } from "../domain/context-owner.ts";
import { anomalyClass, otherClass } from "../domain/defect.ts";
import { idPattern, idRule } from "../domain/names.ts";
import { type ShiftPlan, weekdays } from "../domain/shift-calendar.ts";
import { logLevels } from "../platform/log.ts";
import { challengeOptions, refuseUnknownPieces } from "./challenges.ts";

/** What the configuration needs to know of a plug-in: its name and the shape of its options. */
export interface PluginOptions {
  readonly type: string;
  readonly summary: string;
  readonly options: z.ZodType;
}
export interface Plugins {
  readonly cameras: readonly PluginOptions[];
  readonly triggers: readonly PluginOptions[];
}

const id = z.string().regex(idPattern, idRule);
const name = z.string().min(1).max(254);
const recipeRef = z.string().regex(/^[A-Z0-9_-]{1,32}(@[1-9]\d*)?$/, "use ID or ID@version, e.g. SNACK-BAG@1");

const siteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "use a-z, 0-9 and '-', at most 48 characters, e.g. north-plant")
  .meta({ description: "Part of the instances' namespace URI; never change it once clients store NodeIds" });

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // the schema says so
  }
};
const shift = z.strictObject({
  id: z.string().max(254).meta({ description: 'Name of the shift, e.g. EARLY; "" = no shift from then on' }),
  start: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'use local time as "HH:MM", in quotes, e.g. "06:00"')
    .meta({ description: "Local time; it lasts until the next shift of the plan begins" }),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays])
    .meta({ description: "Days on which it begins; every day when left out" }),
});
const site = z
  .union([
    siteName.transform((name) => ({ name })),
    z.strictObject({
      name: siteName,
      timeZone: z
        .string()
        .refine(isTimeZone, "unknown time zone; use an IANA name, e.g. Europe/Berlin")
        .default("UTC")
        .meta({ description: "IANA time zone of the shift plan" }),
      shifts: z
        .array(shift)
        .default([])
        .refine(
          (list) =>
            new Set(list.flatMap(({ start, days }) => days.map((day) => day + start))).size ===
            list.flatMap((s) => s.days).length,
          "two shifts begin at the same time of the same day",
        )
        .meta({ description: "Shift plan; it says which shift it is when the production context does not" }),
    }),
  ])
  .transform((given) => ({ timeZone: "UTC", shifts: [], ...given }) as Site)
  .meta({ description: "The site's name, or its name with time zone and shift plan" });
/** The site, however it was written. */
export interface Site extends ShiftPlan {
  readonly name: string;
}

/** One alternative per plug-in, told apart by `type`; each plug-in's own options stand beside it. */
function pluginUnion<Common extends z.ZodRawShape>(
  plugins: readonly PluginOptions[],
  common: Common,
): z.ZodType<{ type: string } & z.output<z.ZodObject<Common>>> {
  const [first, ...rest] = plugins.map(({ type, summary, options }) =>
    (options as z.ZodObject).extend({ type: z.literal(type), ...common }).meta({ description: summary }),
  );
  if (!first) throw new Error("no plug-in was found");
  // Which options there are is known at run time only; each plug-in parses its own again, with its own types.
  return z.discriminatedUnion("type", [first, ...rest]) as never;
}

const tunings = {
  severity: z.int().min(1).max(1_000),
  onDelayMs: z.int().min(0).max(3_600_000),
  offDelayMs: z.int().min(0).max(3_600_000),
  limit: z.number().min(0),
  classLimit: z.number().min(0),
  deadband: z.number().min(0),
  minimumSamples: z.int().min(1).max(100_000),
  windowSeconds: z.int().min(10).max(900),
} as const satisfies Readonly<Record<(typeof tunableNumbers)[number], z.ZodNumber>>;

/** The numbers that an alarm of the table has; its meaning is not for a site to change. */
function alarmOptions(alarm: AlarmName) {
  const row: AlarmRow = alarmTable[alarm];
  const shape = tunableNumbers.flatMap((key) => {
    const usual = row[key];
    if (usual === undefined) return [];
    const unit = (key === "limit" || key === "classLimit" || key === "deadband") && row.unit ? `, ${row.unit}` : "";
    return [
      [key, (tunings[key] as z.ZodNumber).optional().meta({ description: `${usual} when left out${unit}` })] as const,
    ];
  });
  const numbers = Object.fromEntries(shape) as Record<(typeof tunableNumbers)[number], z.ZodOptional<z.ZodNumber>>;
  const classLimits = z
    .record(id, z.number().min(0))
    .optional()
    .meta({ description: "Limits of single defect classes, e.g. SEAL_TORN: 1" });
  return z
    .strictObject({ ...numbers, ...(row.classLimit !== undefined && { classLimits }) } as typeof numbers & {
      classLimits: typeof classLimits;
    })
    .optional()
    .meta({ description: `${row.title}. ${row.operatorAction}` });
}

/** Ids that stand for more than one thing, each at the later one's place. */
const refuseTwins =
  (things: string) =>
  (list: readonly { readonly id: string }[], context: z.RefinementCtx): void => {
    list.forEach(({ id }, n) => {
      if (list.findIndex((other) => other.id === id) < n)
        context.addIssue({ code: "custom", path: [n, "id"], message: `two ${things} have the same id: ${id}` });
    });
  };

/** Two consumers that one session could be are two cursors for one acknowledgement. */
function refuseOverlaps(consumers: readonly Consumer[], context: z.RefinementCtx): void {
  consumers.forEach((one, n) => {
    for (const before of consumers.slice(0, n)) {
      const problem =
        before.id === one.id
          ? `two consumers have the id ${one.id}`
          : overlap(before, one)
            ? `a session could be ${before.id} as well as ${one.id}; tell them apart by user or application`
            : undefined;
      if (problem) context.addIssue({ code: "custom", path: [n], message: problem });
    }
  });
}

/** A limit of a class that the station does not know would never be reached. */
function refuseUnknownClasses(
  { alarms, defectClasses }: { readonly alarms: object; readonly defectClasses: readonly string[] },
  context: z.RefinementCtx,
): void {
  for (const [alarm, options] of Object.entries(alarms as Record<string, { classLimits?: object } | undefined>))
    for (const name of Object.keys(options?.classLimits ?? {}))
      if (!defectClasses.includes(name))
        context.addIssue({
          code: "custom",
          path: ["alarms", alarm, "classLimits", name],
          message: `unknown defect class; add it to defectClasses, or use one of ${defectClasses.join(", ")}`,
        });
}

/**
 * The shape of the configuration file. Every option states its unit in its name, its default, and why one would change
 * it; the JSON Schema for editors is made from here.
 */
export function configSchema(plugins: Plugins) {
  const trigger = pluginUnion(plugins.triggers, {});
  const camera = pluginUnion(plugins.cameras, {
    id: id.meta({ description: "CameraId, e.g. CAM-01" }),
    nameplate: z
      .strictObject({ manufacturer: name, serialNumber: name, model: name.optional() })
      .optional()
      .meta({ description: "Identification of the camera as OPC UA shows it" }),
  });
  const station = z
    .strictObject({
      id: id.meta({
        description: "StationId: the root of every NodeId below it; never change it once clients store them",
      }),
      lineId: id.optional().meta({ description: "The line it belongs to; the StationId when left out" }),
      trigger,
      cameras: z.array(camera).min(1).max(8).superRefine(refuseTwins("cameras")),
      model: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,47}@\d+$/, 'use <name>@<version>, e.g. snack-bag@2; "tallyline teach" prints it')
        .optional()
        .meta({
          description:
            "Model package that inspects alone, without a recipe; searched in the data folder's models/, then among the shipped ones",
        }),
      recipe: recipeRef.optional().meta({
        description: "Recipe that runs while the production context chooses none; instead of model",
      }),
      threshold: z
        .number()
        .positive()
        .optional()
        .meta({ description: "Raw anomaly score at which a unit fails; the model card's own when left out" }),
      defectClasses: z
        .array(id)
        .default([])
        .transform((classes) => [...new Set([...classes, anomalyClass, otherClass])])
        .meta({
          description: `Catalogue of defect classes, append-only; ${anomalyClass} and ${otherClass} are always in it`,
        }),
      recipes: z.array(recipeRef).default([]).meta({
        description:
          "Recipes that a production context may choose, by RecipeId or SKU: ID for every version, ID@2 for one",
      }),
      deadlineMs: z
        .int()
        .min(20)
        .max(60_000)
        .default(250)
        .meta({ description: "Trigger to verdict; later the unit is recorded as notInspected(deadline)" }),
      starvedAfterMs: z
        .int()
        .min(500)
        .max(3_600_000)
        .default(10_000)
        .meta({ description: "Without a trigger for this long the line status is starved" }),
      pendingExpiryMs: z
        .int()
        .min(1_000)
        .max(86_400_000)
        .default(3_600_000)
        .meta({ description: "How long an accepted context waits for its moment before it is dropped" }),
      context: z
        .strictObject({
          owner: z.enum(contextOwners).default("mes").meta({
            description:
              "Who says what is being made: mes = Context methods and tags, jobs = JobManagement, plc = the PLC, local = the operator; anybody else is refused",
          }),
        })
        .prefault({}),
      rollingWindowSeconds: z.int().min(10).max(900).default(60).meta({ description: "Window of Statistics/Rolling" }),
      evidence: z
        .strictObject({
          maximumMb: z
            .int()
            .min(1)
            .max(100_000_000)
            .default(2_000)
            .meta({ description: "Room on the disk for pictures of this station; beyond, the oldest go" }),
          days: z.int().min(1).max(36_500).default(30).meta({ description: "How long pictures are kept at most" }),
        })
        .prefault({})
        .meta({ description: "How much and how long; of which units, the recipe says" }),
      alarms: z
        .strictObject(
          Object.fromEntries(alarmNames.map((alarm) => [alarm, alarmOptions(alarm)])) as Record<
            AlarmName,
            ReturnType<typeof alarmOptions>
          >,
        )
        .prefault({})
        .meta({ description: "Delays, limits and severities of alarms, where this site needs others" }),
      maximumShelvingMinutes: z
        .int()
        .min(1)
        .max(10_080)
        .default(480)
        .meta({ description: "How long an operator may put an alarm aside at most" }),
      challenges: challengeOptions
        .prefault({})
        .meta({ description: "Test pieces that prove that the inspection works, and how often they are due" }),
      selfTest: z
        .strictObject({
          at: z
            .string()
            .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write hours and minutes as "05:30"')
            .meta({ description: "Once a day, by the clock of the site's time zone" }),
        })
        .optional()
        .meta({
          description: "When the models run their golden samples by themselves; RunSelfTest does it at any time",
        }),
      inferenceThreads: z
        .int()
        .min(1)
        .max(16)
        .default(1)
        .meta({ description: "Inference threads; each takes one core while it works. Leave a core to the rest" }),
      visionMemoryMb: z
        .int()
        .min(200)
        .max(65_536)
        .default(700)
        .meta({ description: "Resident memory above which the vision process is replaced" }),
      nameplate: z
        .strictObject({
          manufacturer: name.default("Tallyline"),
          model: name.default("Inspection station"),
          serialNumber: name.default("0"),
          productInstanceUri: z.string().max(254).default(""),
          manufacturerUri: name.optional(),
          productCode: name.optional(),
          hardwareRevision: name.optional(),
          deviceClass: name.optional().meta({ description: "What kind of machine it is, e.g. Inspection machine" }),
          assetId: name.optional().meta({ description: "The plant's own number of the station" }),
          componentName: name.optional().meta({ description: "The plant's own name of the station" }),
          location: name.optional(),
          yearOfConstruction: z.int().min(1900).max(9999).optional(),
          monthOfConstruction: z.int().min(1).max(12).optional(),
        })
        .prefault({})
        .meta({ description: "Identification of the machine as OPC UA shows it" }),
    })
    .superRefine(refuseUnknownClasses)
    .superRefine(refuseUnknownPieces)
    .superRefine(({ model, recipe, threshold }, context) => {
      if ((model === undefined) === (recipe === undefined))
        context.addIssue({
          code: "custom",
          path: [model === undefined ? "recipe" : "model"],
          message:
            model === undefined ? "give recipe, or model to inspect without one" : "give model or recipe, not both",
        });
      if (recipe !== undefined && threshold !== undefined)
        context.addIssue({ code: "custom", path: ["threshold"], message: "belongs to the step in the recipe" });
    });
  const consumer = z
    .strictObject({
      id: id.meta({ description: "ConsumerId, e.g. MES-1: part of NodeIds and of the record" }),
      user: name
        .optional()
        .meta({ description: "User name of its sessions; there are no users yet, so only anonymous fits a session" }),
      application: name.optional().meta({ description: "ApplicationUri of its sessions" }),
      from: z.enum(["oldest", "head"]).default("oldest").meta({
        description:
          "Where it begins before its first acknowledgement: the oldest result, or what comes after the start",
      }),
    })
    .refine(({ user, application }) => user ?? application, "say whose sessions it is: user, application, or both");
  return z.strictObject({
    site,
    log: z
      .strictObject({
        level: z.enum(logLevels).default("info"),
        format: z
          .enum(["auto", "text", "json"])
          .default("auto")
          .meta({ description: "auto: text on a terminal, JSON otherwise" }),
      })
      .prefault({}),
    opcua: z
      .strictObject({
        host: z
          .string()
          .min(1)
          .default("127.0.0.1")
          .meta({ description: "Address to listen on; 0.0.0.0 for all. Loopback keeps it to this machine" }),
        port: z.int().min(0).max(65_535).default(4840).meta({ description: "0 picks a free port" }),
        applicationUri: z
          .string()
          .regex(/^urn:[^\s]{3,200}$/, "use a URI such as urn:tallyline:north-plant:line-01")
          .optional()
          .meta({ description: "Does not follow the host name, so that clients' trust survives a rename" }),
        anonymous: z
          .enum(["full", "read", "off"])
          .default("off")
          .meta({ description: "What a client without a user may do: everything, only read, nothing" }),
        securityNone: z
          .boolean()
          .default(false)
          .meta({ description: "Offer sessions without encryption; for demonstrations on one machine" }),
        shutdownSeconds: z
          .number()
          .min(0)
          .max(5)
          .default(1)
          .meta({ description: "How long clients are told of the program's end before it comes, s" }),
        facets: z
          .strictObject({
            machineVision: z
              .boolean()
              .default(false)
              .meta({ description: "VisionSystem (OPC 40100-1) below each station" }),
            packml: z.boolean().default(false).meta({ description: "PackML (OPC 30050) below each station" }),
            weihenstephan: z
              .boolean()
              .default(false)
              .meta({ description: "Weihenstephan (OPC 40600) below each station" }),
          })
          .prefault({})
          .meta({ description: "Further views of the same facts; namespaces and NodeIds are the same either way" }),
        consumers: z
          .array(consumer)
          .max(16)
          .default([])
          .superRefine(refuseOverlaps)
          .meta({ description: "Who acknowledges results, each with a durable cursor per station" }),
        memoryMb: z
          .int()
          .min(250)
          .max(65_536)
          .default(600)
          .meta({ description: "Resident memory above which the OPC UA process is replaced" }),
      })
      .prefault({}),
    stations: z.array(station).min(1).max(16).superRefine(refuseTwins("stations")),
  });
}
export type Config = z.output<ReturnType<typeof configSchema>>;
export type StationConfig = Config["stations"][number];
