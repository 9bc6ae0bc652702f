const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const two = (number: number) => String(number).padStart(2, "0");

const directives: Readonly<Record<string, (date: Date) => string>> = {
  "%": () => "%",
  a: (date) => days[date.getUTCDay()]!.slice(0, 3),
  A: (date) => days[date.getUTCDay()]!,
  b: (date) => months[date.getUTCMonth()]!.slice(0, 3),
  B: (date) => months[date.getUTCMonth()]!,
  d: (date) => two(date.getUTCDate()),
  H: (date) => two(date.getUTCHours()),
  m: (date) => two(date.getUTCMonth() + 1),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  Y: (date) => String(date.getUTCFullYear()),
};

/** A date, in UTC and English, in the notation of C that chat templates use. Throws an Error for a directive it does not know. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(.)/gs, (whole, letter: string) => {
    const write = directives[letter];
    if (write === undefined) throw new Error(`the date directive ${whole} is not known`);
    return write(date);
  });
}
