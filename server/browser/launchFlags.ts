/**
 * Command line of the browser. Playwright only curates flags for browsers that it launches itself, so the ones its
 * protocol relies on are repeated here (its `chromiumSwitches`); the others keep the browser quiet: it asks nobody
 * anything on its own account.
 */
export function launchFlags(options: {
  profileDir: string;
  headless: boolean;
  /** Chromium's own sandbox; impossible for root on Linux. */
  sandbox: boolean;
  /** False where /dev/shm is too small for shared memory, as in many containers. */
  sharedMemory: boolean;
}): string[] {
  return [
    `--user-data-dir=${options.profileDir}`,
    // A pipe needs no port that other users of the machine could reach, and the browser ends when it breaks.
    '--remote-debugging-pipe',
    '--no-startup-window',
    ...(options.headless ? HEADLESS : []),
    ...(options.sandbox ? [] : ['--no-sandbox']),
    ...(options.sharedMemory ? [] : ['--disable-dev-shm-usage']),
    `--disable-features=${DISABLED_FEATURES.join(',')}`,
    `--enable-features=${ENABLED_FEATURES.join(',')}`,
    ...PLAYWRIGHT,
    ...QUIET,
  ];
}

const HEADLESS = [
  '--headless',
  '--hide-scrollbars',
  '--mute-audio',
  '--disable-gpu',
  // A headless machine still has a mouse: pages that ask by media query get the desktop's answer.
  '--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4',
];

/** What Playwright's own launch passes and its protocol or its users rely on. */
const PLAYWRIGHT = [
  '--allow-pre-commit-input',
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-hang-monitor',
  '--disable-ipc-flooding-protection',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--disable-renderer-backgrounding',
  '--do-not-de-elevate',
  '--edge-skip-compat-layer-relaunch',
  '--enable-unsafe-swiftshader',
  '--force-color-profile=srgb',
  '--unsafely-disable-devtools-self-xss-warnings',
];

const QUIET = [
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-extensions-with-background-pages',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-field-trial-config',
  '--disable-infobars',
  '--disable-quic',
  '--disable-search-engine-choice-screen',
  '--disable-stack-profiler',
  '--disable-sync',
  '--disable-updater-scheduler',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-service-autorun',
  '--password-store=basic',
  '--use-mock-keychain',
];

/** One list: Chromium heeds only the last of several `--disable-features`. */
const DISABLED_FEATURES = [
  // Playwright's protocol.
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'PaintHolding',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
  'msForceBrowserSignIn',
  // Asking strangers.
  'AimEnabled',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
  'LensOverlay',
  // Two hidden pages in every window of Chromium 156: 36 MB and 90 ms for each context.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

const ENABLED_FEATURES = ['CDPScreenshotNewSurface', 'SkipListAccountsWithoutGaiaCookies'];
