/** What keeps a program from listening, as the system names it, and what a person does about it. */
const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another program; stop that one, or give the camera another port (one per camera)",
  EADDRNOTAVAIL: "is not an address of this machine; correct host of the camera",
  EACCES: "may not be used by this user; choose a port above 1023",
  ENOTFOUND: "names no machine; correct host of the camera",
};

/** Why it cannot listen there, in one sentence; undefined for a fault of another kind. */
export function startProblem(
  { host, port }: { readonly host: string; readonly port: number },
  error: unknown,
): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy && `${host}:${port} ${remedy}`;
}
