// Reads a QR code off the screen as a phone would: from its pixels, with a decoder that is not ours.
import jsQR from 'jsqr';
import type { Locator } from '@playwright/test';

/** What the picture says, or nothing. */
export async function readQr(picture: Locator): Promise<string | undefined> {
  const png = (await picture.screenshot()).toString('base64');
  const decode = typeof jsQR === 'function' ? jsQR : (jsQR as { default: typeof jsQR }).default;
  // An empty tab of the browser turns the PNG into pixels; the console's policy would refuse it.
  const tab = await picture.page().context().newPage();
  const image = await tab.evaluate(async (png) => {
    const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { data: Array.from(data), width, height };
  }, png);
  await tab.close();
  return decode(Uint8ClampedArray.from(image.data), image.width, image.height)?.data;
}
