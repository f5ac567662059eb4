/**
 * How fast the camera's clock may run away from ours and still be followed, ms per ms: quartz is better than 100 ppm. A
 * delay that grows faster is a backlog.
 */
const drift = 200e-6;

/**
 * Turns a stream's own time stamps into moments of our clock. The quickest picture seen so far tells the distance of the two
 * clocks; every other one came later by what it waited in queues. So a pause of ours, or a burst after it, moves no
 * picture to another unit's trigger.
 *
 * A connection may begin with a burst of old pictures, whose age nobody can tell: moments are known from the first picture
 * on that comes at the stream's own pace.
 *
 * @returns gives the moment at which a picture would have arrived without waiting, monotonic ms; undefined while unknown
 */
export function createStreamClock(): (arrivedAt: number, stampMs: number | undefined) => number | undefined {
  let last: { readonly arrivedAt: number; readonly stampMs: number; readonly distance: number } | undefined;
  let isLive = false;
  return (arrivedAt, stampMs) => {
    if (stampMs === undefined) return arrivedAt;
    let distance = arrivedAt - stampMs;
    if (last === undefined || stampMs < last.stampMs) {
      isLive = false; // A stream whose time goes back has begun anew.
    } else {
      const passed = arrivedAt - last.arrivedAt;
      isLive ||= passed > 0 && passed >= (stampMs - last.stampMs) / 2;
      distance = Math.min(distance, last.distance + drift * passed);
    }
    last = { arrivedAt, stampMs, distance };
    return isLive ? stampMs + distance : undefined;
  };
}
