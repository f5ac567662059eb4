import httpPush from "../../src/cameras/http-push.ts";
import { systemClock } from "../../src/platform/clock.ts";

// Opens a camera on the port that it is given, says when it listens, and waits to be killed.
const options = httpPush.options.parse({ port: Number(process.argv[2]) });
const silent = { frame: () => undefined, unreadable: () => undefined, state: () => undefined };
await httpPush.open(options, silent, systemClock, "CAM-01");
process.send?.("listening");
