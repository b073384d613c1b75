/** What the browser's reader of codes and ours have in common. */

/** What reads an image. */
export interface BarcodeReader {
  detect(image: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

/** The kinds of codes on our sheets: that of the order, and that of the INS. */
export const FORMATS: ["qr_code", "data_matrix"] = ["qr_code", "data_matrix"];
