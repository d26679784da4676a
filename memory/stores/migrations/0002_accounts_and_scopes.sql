CREATE TABLE "khala"."accounts" (
	"desk_id" text PRIMARY KEY NOT NULL,
	"fence" bigint NOT NULL,
	"owner" text NOT NULL,
	"renewed_at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "khala"."runs" DROP CONSTRAINT "runs_desk_id_run_id_job_slot_ms_pk";--> statement-breakpoint
ALTER TABLE "khala"."runs" ADD COLUMN "scope" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "khala"."runs" ADD CONSTRAINT "runs_desk_id_run_id_job_scope_slot_ms_pk" PRIMARY KEY("desk_id","run_id","job","scope","slot_ms");
