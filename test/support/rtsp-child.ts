import { runFfmpeg } from "../../src/cameras/rtsp/ffmpeg.ts";
import { systemClock } from "../../src/platform/clock.ts";

// Opens a stream that gives a few pictures and then stands still, tells its ffmpeg's pid, and waits to be killed.
let pictures = 0;
const run = runFfmpeg(
  {
    url: "testsrc=size=64x48:rate=20,setpts='PTS+2000*gt(N,5)'",
    widthPx: 64,
    heightPx: 48,
    colour: "rgb",
    transport: "tcp",
    inputArguments: ["-re", "-f", "lavfi"],
  },
  { picture: () => void (++pictures === 3 && process.send?.(run.pid)), ended: () => undefined },
  systemClock,
  "ffmpeg",
);
