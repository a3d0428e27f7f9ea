// Made by build.mjs of the files in texts/.
declare module "languages" {
  const texts: Record<string, unknown>;
  export default texts;
}
