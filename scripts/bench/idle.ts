// The control process of bench:line: does nothing, and tells how late its event loop was. What it shows is the machine's.
import { childChannel } from "../../src/platform/child-process.ts";

childChannel();
