// @ts-check
export async function ensureBrowser() {}
