import { collectPackages, type PackedPackage } from './collect.ts'

/** The packages in the program. The build puts a module with the finished list in this one's place. */
export const packedPackages = (): Promise<readonly PackedPackage[]> => collectPackages()
