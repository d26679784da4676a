// Floor 4. Errors of one kind are told once: a home of another version may hold thousands of records that cannot be read.

/** Hands on the first error of each class, and says nothing of the others. */
export function oncePerKind<E extends Error>(tell: (error: E) => void): (error: E) => void {
  const told = new Set<string>();
  return (error) => {
    if (told.has(error.name)) return;
    told.add(error.name);
    tell(error);
  };
}
