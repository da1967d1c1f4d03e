/** Removes rows of one kind and corrects what counted them; returns how many, 0 if none are left. */
export type RemovalStep = (userId: number, limit: number) => number
