/** Words while something is on its way: they change where a poor network makes it long, so that nobody leaves. */

const LONG = 3000;

/** Shows `words` by `tell`, then that the network is slow; gives what ends it. */
export function waiting(words: string, tell: (words: string) => void): () => void {
  tell(words);
  const timer = setTimeout(() => tell(`${words} Le réseau est lent\u00a0: attendez encore un peu.`), LONG);
  return () => clearTimeout(timer);
}
