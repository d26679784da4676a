// Floor 6. The version that faces tell programs; a test holds it to package.json, which a compiled package has elsewhere.
export const VERSION = "0.2.0";
