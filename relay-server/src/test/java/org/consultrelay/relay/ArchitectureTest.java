package org.consultrelay.relay;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Packages depend downwards only, as the design draws them. */
@AnalyzeClasses(
    packages = "org.consultrelay.relay",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "org.consultrelay.relay.";

  private static final String[] PURE = {
    BASE + "wire..",
    BASE + "rtp..",
    BASE + "srtp..",
    BASE + "stun..",
    BASE + "ice..",
    BASE + "dtls..",
    BASE + "sctp..",
    BASE + "sdp..",
    BASE + "turn..",
    BASE + "layers..",
    BASE + "sfu.."
  };

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("org.consultrelay.relay.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule PURE_PACKAGES_KNOW_NO_SOCKET_AND_NO_VERTX =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..", "java.nio.channels..")
          .because("protocols take bytes and a clock");

  @ArchTest
  static final ArchRule PURE_PACKAGES_READ_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .and()
          .resideOutsideOfPackage(BASE + "dtls..")
          .should()
          .callMethod(System.class, "nanoTime")
          .because("time is handed in; only DTLS has a library inside that waits by itself");

  @ArchTest
  static final ArchRule ONLY_ITS_DOOR_KNOWS_LIVEKIT =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + "signal.livekit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("livekit..", "com.google.protobuf..")
          .because("rooms are the same whichever door somebody comes by");

  @ArchTest
  static final ArchRule DOORS_DO_NOT_KNOW_EACH_OTHER =
      slices().matching("org.consultrelay.relay.signal.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule LAYERS_KNOW_RTP_ONLY =
      noClasses()
          .that()
          .resideInAPackage(BASE + "layers..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.consultrelay..")
                  .and(resideOutsideOfPackages(BASE + "layers..", BASE + "rtp..", BASE + "wire..")))
          .because("which layers go out depends on packets and on nobody who sends them");

  @ArchTest
  static final ArchRule ARROWS_POINT_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("start")
          .definedBy("org.consultrelay.relay")
          .layer("doors")
          .definedBy(BASE + "signal..", BASE + "consult..")
          .layer("room")
          .definedBy(BASE + "room..")
          .layer("transport")
          .definedBy(BASE + "transport..")
          .layer("net")
          .definedBy(BASE + "net..")
          .layer("sfu")
          .definedBy(BASE + "sfu..")
          .layer("layers")
          .definedBy(BASE + "layers..")
          .layer("protocols")
          .definedBy(
              BASE + "rtp..",
              BASE + "srtp..",
              BASE + "stun..",
              BASE + "ice..",
              BASE + "dtls..",
              BASE + "sctp..",
              BASE + "sdp..",
              BASE + "turn..")
          .layer("wire")
          .definedBy(BASE + "wire..")
          .whereLayer("start")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("doors")
          .mayOnlyBeAccessedByLayers("start")
          .whereLayer("room")
          .mayOnlyBeAccessedByLayers("doors", "start")
          .whereLayer("transport")
          .mayOnlyBeAccessedByLayers("room", "doors", "start")
          .whereLayer("net")
          .mayOnlyBeAccessedByLayers("transport", "room", "doors", "start")
          .whereLayer("layers")
          .mayOnlyBeAccessedByLayers("sfu", "transport", "room", "doors", "start")
          .whereLayer("sfu")
          .mayOnlyBeAccessedByLayers("transport", "room", "doors", "start");
}
