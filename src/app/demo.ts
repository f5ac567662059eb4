import { parse } from "yaml";

/** What `npm start` runs: one simulated line on loopback. Also the example that `tallyline check --example` prints. */
export const demoYaml = `# Tallyline configuration. For completion and checks in an editor:
#   tallyline check --schema > tallyline.schema.json
# yaml-language-server: $schema=./tallyline.schema.json

site:
  name: demo                    # part of the namespace URI: never change it once clients store NodeIds
  timeZone: Europe/Berlin       # of the shift plan; UTC is the default
  shifts:                       # which shift it is when the production context does not say; none is the default
    - { id: EARLY, start: "06:00" }
    - { id: LATE, start: "14:00" }
    - { id: NIGHT, start: "22:00" }

opcua:
  host: 127.0.0.1               # 0.0.0.0 opens it to the network
  port: 4840
  anonymous: full               # full | read | off; off is the default
  securityNone: true            # sessions without encryption; off is the default
  # facets: { machineVision: true, packml: true, weihenstephan: true }   # the same facts in the words of standards
  consumers:                    # who acknowledges results: ResultManagement/Consumers
    - id: MES-1
      user: anonymous           # whose sessions these are; application: urn:… tells programs apart

stations:
  - id: LINE-01
    trigger:
      type: timer
      unitsPerMinute: 400
    cameras:
      - id: CAM-01
        type: synthetic         # a simulated line of snack bags
        seed: 1
    recipe: SNACK-BAG           # what it inspects for: models/recipes/; or model: NAME@VERSION to inspect without one
    defectClasses:
      - LABEL_OFFSET
      - LABEL_MISSING
      - WRONG_LABEL
      - SEAL_TORN
      - CONTAMINATION
      - DATE_CODE
      - CODE_UNREADABLE
      - WRONG_PRODUCT
    # challenges: { pieces: [{ id: TEST-SEAL-1, class: SEAL_TORN }], perShift: true }   # test pieces: docs/challenge.md
    nameplate:
      manufacturer: Tallyline
      model: Demonstration line
      serialNumber: DEMO-1
      productInstanceUri: urn:tallyline:demo:DEMO-1
`;

export const demoConfig = (): unknown => parse(demoYaml);
