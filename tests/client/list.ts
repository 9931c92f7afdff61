// Lists the processes over the socket that is named on the command line, with the types that are
// generated from openapi.json.
import { request } from "node:http";
import type { paths } from "./procd.js";

type Processes = paths["/v1/processes"]["get"]["responses"]["200"]["content"]["application/json"];

function get<Answer>(socketPath: string, path: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
        request({ socketPath, path, headers: { Host: "procd" } }, (answer) => {
            let body = "";
            answer.setEncoding("utf8");
            answer.on("data", (text: string) => (body += text));
            answer.on("end", () => resolve(JSON.parse(body) as Answer));
        })
            .on("error", reject)
            .end();
    });
}

const processes = await get<Processes>(process.argv[2]!, "/v1/processes");
for (const each of processes) console.log(each.name, each.type);
