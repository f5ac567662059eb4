/**
 * Tells the date that the clocks of a time zone show, `YYYY-MM-DD`, at an instant (UTC ms).
 * @param timeZone IANA name
 * @throws RangeError for a time zone that this Node does not know
 */
export function localDateOf(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return (time) => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return `${part["year"]?.padStart(4, "0")}-${part["month"]}-${part["day"]}`;
  };
}
