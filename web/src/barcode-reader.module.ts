/** The reader of codes for browsers without one: zxing in WebAssembly. Its wasm is ours to serve, and named by the page. */

import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import { FORMATS, type BarcodeReader } from "./shared/barcodes.ts";

/** A reader once its wasm, at this address, is there. */
export async function reader(wasm: string): Promise<BarcodeReader> {
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new BarcodeDetector({ formats: FORMATS });
}
