declare module "*.css" {
  const text: string;
  export default text;
}
declare module "form-languages" {
  const texts: Record<string, Record<string, string | Record<string, string>>>;
  export default texts;
}
