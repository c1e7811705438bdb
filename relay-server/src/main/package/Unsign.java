import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Takes the signatures out of the libraries' jars, at packaging: {@code java Unsign.java DIRECTORY}.
 *
 * <p>Only Oracle's JDK asks for them, and only of crypto providers, which Bouncy Castle is not used
 * as. They cost the start: each class is hashed as it is loaded, and the JVM keeps no class of a
 * signed jar in its archive. That the jars are the ones meant is Maven's checksums' to say.
 */
final class Unsign {
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  public static void main(String... args) throws IOException {
    try (Stream<Path> jars = Files.list(Path.of(args[0]))) {
      for (Path jar : jars.filter(each -> each.toString().endsWith(".jar")).sorted().toList()) {
        if (unsign(jar)) {
          System.out.println("unsigned: " + jar.getFileName());
        }
      }
    }
  }

  private static boolean unsign(Path jar) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
      List<Path> signatures;
      Path metaInf = zip.getPath("META-INF");
      if (!Files.isDirectory(metaInf)) {
        return false;
      }
      try (Stream<Path> files = Files.list(metaInf)) {
        signatures =
            files.filter(each -> each.toString().matches(".*\\.(SF|DSA|RSA|EC)")).toList();
      }
      if (signatures.isEmpty()) {
        return false;
      }
      signatures.forEach(Unsign::delete);
      // After the first empty line come the digests of each file.
      String manifest = Files.readString(zip.getPath(MANIFEST));
      Files.write(zip.getPath(MANIFEST), (manifest.split("\r?\n\r?\n")[0] + "\r\n\r\n").getBytes(UTF_8));
      return true;
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
