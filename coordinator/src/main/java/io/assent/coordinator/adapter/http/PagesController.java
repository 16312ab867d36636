package io.assent.coordinator.adapter.http;

import io.micronaut.core.io.ResourceLoader;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.types.files.StreamedFile;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URL;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The description of the API, a viewer for it, and a page that shows what is going on. Nothing comes from elsewhere. */
@Hidden
@Controller
class PagesController {

    private static final Map<String, MediaType> VIEWER_FILES = Map.of(
            "swagger-ui.css", MediaType.of("text/css"),
            "swagger-ui-bundle.js", MediaType.of("text/javascript"),
            "favicon-32x32.png", MediaType.of("image/png"));

    private final ResourceLoader resources;
    private final BuildProperties build;

    PagesController(ResourceLoader resources, BuildProperties build) {
        this.resources = resources;
        this.build = build;
    }

    @Get("/openapi")
    @Produces("application/yaml")
    HttpResponse<?> description() {
        return file("META-INF/swagger/assent.yml", MediaType.of("application/yaml"));
    }

    @Get("/openapi/ui")
    @Produces(MediaType.TEXT_HTML)
    HttpResponse<?> viewer() {
        return file("pages/openapi.html", MediaType.TEXT_HTML_TYPE);
    }

    @Get("/openapi/ui/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<?> viewerFile(@PathVariable String name) {
        MediaType type = VIEWER_FILES.get(name);
        return type == null ? notFound("/openapi/ui/" + name) : file(build.viewer() + "/" + name, type);
    }

    @Get("/")
    @Produces(MediaType.TEXT_HTML)
    HttpResponse<?> overview() {
        return file("pages/overview.html", MediaType.TEXT_HTML_TYPE);
    }

    private HttpResponse<?> file(String path, MediaType type) {
        @Nullable URL url = resources.getResource("classpath:" + path).orElse(null);
        return url == null
                ? notFound(path)
                : HttpResponse.ok(new StreamedFile(url)).contentType(type);
    }

    private static HttpResponse<?> notFound(String path) {
        throw Problem.of(ErrorCode.NOT_FOUND, "there is no " + path).toException();
    }
}
