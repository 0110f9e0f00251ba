// What an object is called where people read of it.

/** Id and name, as people look for it; the id alone where the name says nothing more. */
export function objectLabel(id: string, name: string | null | undefined): string {
  return name === null || name === undefined || name === id ? id : `${id} ${name}`
}
