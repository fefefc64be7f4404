/** A folder belongs to somebody else; `reason` says who, fit to stand behind "… is in use". */
export class FolderInUse extends Error {
  readonly folder: string
  readonly reason: string

  constructor(folder: string, reason: string, advice: string) {
    super(`${folder} is in use ${reason}; ${advice}`)
    this.name = "FolderInUse"
    this.folder = folder
    this.reason = reason
  }
}
