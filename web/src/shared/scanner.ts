/**
 * `<cb-scanner>`: reads QR codes and datamatrices with the camera, when asked to and no sooner.
 *
 *   <cb-scanner script="/static/barcode-reader.js" wasm="/static/zxing_reader.wasm"></cb-scanner>
 *   scanner.addEventListener("scanned", (event) => …);   // detail: the contents seen at once, such as a QR and an INS
 *
 * Both addresses stand in the page, where the server adds their digests. The browser's own reader is used where it has
 * one; otherwise zxing, which we serve: its script and its wasm come with the first camera that opens. The camera is
 * closed as soon as something is read, and whenever the page is left.
 */

import { FORMATS, type BarcodeReader } from "./barcodes.ts";
import { el } from "./dom.ts";

interface NativeReader {
  new (options: { formats: string[] }): BarcodeReader;
  getSupportedFormats(): Promise<string[]>;
}

const BETWEEN_LOOKS = 120;
const BY_HAND = "Utilisez une douchette, ou saisissez le code imprimé sous le QR code.";
const REFUSED: Record<string, string> = {
  NotAllowedError: `L’accès à la caméra est refusé. Autorisez-la dans la barre d’adresse du navigateur, puis réessayez. ${BY_HAND}`,
  NotFoundError: `Ce poste n’a pas de caméra. ${BY_HAND}`,
  NotReadableError: `La caméra est déjà utilisée par un autre logiciel, ou ne répond pas. ${BY_HAND}`,
};

export class Scanner extends HTMLElement {
  private readonly open = el("button", { type: "button", class: "secondary" }, "Lire avec la caméra");
  private readonly stop = el("button", { type: "button", class: "secondary" }, "Fermer la caméra");
  private readonly video = el("video", { muted: true, playsinline: true, "aria-label": "Image de la caméra" });
  private readonly view = el(
    "div",
    { class: "scanner-view", hidden: true },
    this.video,
    el("p", { class: "hint" }, "Présentez le QR code de l’ordonnance ou le datamatrix INS, bien à plat."),
    this.stop,
  );
  private readonly told = el("p", { class: "scanner-told", role: "status" });
  private stream: MediaStream | null = null;
  /** Changes with each opening and closing: what began before it is over. */
  private turn = 0;

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.video.muted = true;
    this.open.addEventListener("click", () => void this.start());
    this.stop.addEventListener("click", () => {
      this.close();
      this.open.focus();
    });
    document.addEventListener("visibilitychange", () => document.hidden && this.close());
    this.append(this.open, this.told, this.view);
  }

  disconnectedCallback(): void {
    this.close();
  }

  private async start(): Promise<void> {
    this.close();
    const turn = this.turn;
    this.tell("Ouverture de la caméra…");
    try {
      const stream = await camera();
      if (turn !== this.turn) return endOf(stream);
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
      this.view.hidden = false;
      this.open.hidden = true;
      this.stop.focus();
      const reader = await this.reader();
      this.tell("");
      await this.look(reader, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      this.close();
      this.tell(wordsFor(error));
      this.open.focus();
    }
  }

  private async reader(): Promise<BarcodeReader> {
    const native = (globalThis as { BarcodeDetector?: NativeReader }).BarcodeDetector;
    const known = (await native?.getSupportedFormats()) ?? [];
    if (native && FORMATS.every((format) => known.includes(format))) return new native({ formats: FORMATS });
    try {
      const ours = (await import(this.getAttribute("script") ?? "")) as { reader(wasm: string): Promise<BarcodeReader> };
      return await ours.reader(this.getAttribute("wasm") ?? "");
    } catch {
      throw new CameraFault(`Le lecteur de codes n’a pas pu être chargé. Vérifiez la connexion, puis réessayez. ${BY_HAND}`);
    }
  }

  private async look(reader: BarcodeReader, turn: number): Promise<void> {
    while (turn === this.turn) {
      const seen = await reader.detect(this.video);
      if (turn !== this.turn) return;
      const contents = [...new Set(seen.map((one) => one.rawValue))].filter(Boolean);
      if (contents.length > 0) {
        this.close();
        this.dispatchEvent(new CustomEvent<string[]>("scanned", { bubbles: true, detail: contents }));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
    }
  }

  private close(): void {
    this.turn += 1;
    if (this.stream) endOf(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.view.hidden = true;
    this.open.hidden = false;
    this.tell("");
  }

  private tell(words: string): void {
    this.told.textContent = words;
  }
}
customElements.define("cb-scanner", Scanner);

/** A fault whose words are ready to be shown. */
class CameraFault extends Error {}

function camera(): Promise<MediaStream> {
  // Absent where the page is served without TLS from elsewhere than this machine.
  if (!("mediaDevices" in navigator)) throw new CameraFault(`La caméra demande que cette page soit servie en HTTPS. ${BY_HAND}`);
  const video = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

function wordsFor(error: unknown): string {
  if (error instanceof CameraFault) return error.message;
  const name = error instanceof DOMException ? error.name : "";
  return REFUSED[name] ?? `La caméra n’a pas pu être ouverte. ${BY_HAND}`;
}

function endOf(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}
