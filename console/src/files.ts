// Files on their way to the API, inside the body of a message: for the console and for the form.

export const MOST_FILES = 10;
// The API takes 5 MB as they travel: four letters for three bytes, and the text beside them.
export const LARGEST_FILES = 3_500_000;
const LONGEST_NAME = 120;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,59}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,79}$/;

export interface PostedFile {
  name: string;
  content_type: string;
  data_base64: string;
}

export function areTooMany(files: readonly { size: number }[]): boolean {
  return files.length > MOST_FILES || files.reduce((sum, file) => sum + file.size, 0) > LARGEST_FILES;
}

// What a browser says of a file, or that nothing is known.
export function mediaTypeOf(said: string): string {
  const type = said.split(";")[0]?.trim().toLowerCase() ?? "";
  return MEDIA_TYPE.test(type) ? type : "application/octet-stream";
}

// The end of a long name says what kind of file it is.
export function fileName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029/\\]/g, "_").slice(-LONGEST_NAME) || "file";
}

// Rejects when the file cannot be read any more.
export function postedFile(file: File): Promise<PostedFile> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onerror = failed;
    reader.onload = () => done({
      name: fileName(file.name),
      content_type: mediaTypeOf(file.type),
      data_base64: String(reader.result).split(",")[1] ?? "",
    });
    reader.readAsDataURL(file);
  });
}
