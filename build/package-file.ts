// Beside the floors. package.json of the repository → package.json of the package: what is imported is JavaScript, what only
// the repository needs is left out.

/** The product's folders. */
export const FLOORS = ["schemas", "toolkits", "memory", "agents", "desk", "scheduler", "apps"] as const;

/** What the package takes over as it is. */
const KEPT = [
  "name",
  "version",
  "description",
  "license",
  "type",
  "engines",
  "bin",
  "dependencies",
  "optionalDependencies",
] as const;

export interface PackageFile extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly version: string;
}

/** @param repository content of the repository's package.json */
export function packageFileOf(repository: PackageFile): PackageFile {
  const kept = Object.fromEntries(KEPT.flatMap((key) => (key in repository ? [[key, repository[key]]] : [])));
  return {
    name: repository.name,
    version: repository.version,
    ...kept,
    // Types first: who reads types takes the first condition that fits.
    exports: { ".": { types: "./index.d.ts", default: "./index.js" }, "./package.json": "./package.json" },
    imports: Object.fromEntries(FLOORS.map((floor) => [`#${floor}/*.ts`, `./${floor}/*.js`])),
  };
}
