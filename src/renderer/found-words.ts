/** That a search for users has found nobody, and how they are found. */
export function sayNobodyFound(text: string, pool: string): string {
  return `No user’s id in the pool ${pool} begins with “${text}”, written exactly so.`;
}
