package parley.system.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Debian's browser, driven by Playwright: one for all tests, each person has a window of their own.
 * It ends with this process, which its driver notices.
 */
public final class Chromium {
  /**
   * What Playwright switches off, of which only the last list counts, and the popups of the address
   * bar, which nobody sees here: each window would load two pages for them before its own.
   */
  private static final String NOT_NEEDED =
      String.join(
          ",",
          "AimEnabled",
          "AvoidUnnecessaryBeforeUnloadCheckSync",
          "DestroyProfileOnBrowserClose",
          "HttpsFirstBalancedModeAutoEnable",
          "HttpsUpgrades",
          "LensOverlay",
          "MediaRouter",
          "NetworkTimeServiceQuerying",
          "OptimizationHints",
          "PaintHolding",
          "PreconnectToSearch",
          "ThirdPartyStoragePartitioning",
          "WebUIOmniboxAimPopup",
          "WebUIOmniboxFullPopup",
          "WebUIOmniboxPopup");

  private static @Nullable Browser shared;

  private Chromium() {}

  public static synchronized Browser browser() {
    Browser known = shared;
    if (known == null) {
      known = launch();
      shared = known;
    }
    return known;
  }

  private static Browser launch() {
    var playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(onThePath())
                .setArgs(
                    List.of(
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-features=" + NOT_NEEDED)));
  }

  private static Path onThePath() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(
            folder ->
                List.of("chromium", "chromium-browser").stream().map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The page is tested in Chromium, which is not on the PATH: apt-get install"
                        + " chromium"));
  }
}
